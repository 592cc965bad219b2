-- The messages of one request are looked up together: what a settled decision has made needless, what must go first.
create index outbox_request on outbox (request_id, id);
