"""The kinds of chart, one specification each."""
