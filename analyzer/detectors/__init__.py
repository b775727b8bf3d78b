"""One file per condition; the file name is the id of the detector."""
