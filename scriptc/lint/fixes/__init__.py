"""What `scriptc lint --fix` changes in the user's text: formatting and comments stay as they are."""
