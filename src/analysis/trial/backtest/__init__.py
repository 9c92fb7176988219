"""One trial a file: methods against outcomes they were not learnt on."""
