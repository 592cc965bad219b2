-- What operators see of a running service (ADR 027).

-- A message belongs to the trace of the act that wrote it, also when it is delivered later.
alter table outbox add column traceparent text check (length(traceparent) = 55);
comment on column outbox.traceparent is 'W3C Trace Context; null: written by an older release, or outside any trace.';

-- Figures of deliveries are asked for again and again; those that wait and those that failed are few.
create index delivery_waiting on delivery (created_at) where status = 'waiting';
create index delivery_failed on delivery (ended_at) where status = 'failed';
