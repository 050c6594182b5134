"""TwinPurify: purification of bulk tumour transcriptomes by twin views."""
