"""What every page rests on: log-ins, guards, languages, errors, security, assets."""
