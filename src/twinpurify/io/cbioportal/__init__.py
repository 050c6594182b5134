"""Study folders of cBioPortal."""
