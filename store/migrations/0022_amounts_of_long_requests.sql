-- The amount of a request is the sum of up to ten thousand entries, each of which may fill a column of the ledger.

alter table recall_request alter column amount type numeric(34, 5), alter column base_worth type numeric(34, 5);
