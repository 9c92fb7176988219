"""The data-entry workbook: handed out and come back."""
