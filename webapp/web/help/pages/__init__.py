"""What each page is for, in two sentences, by the role that it is made for."""
