"""What each method takes from other series, fitted anew by `backtest --refit`."""
