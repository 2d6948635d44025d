"""Making gold: guidelines, drafts, Label Studio, agreement of passes, adjudication."""
