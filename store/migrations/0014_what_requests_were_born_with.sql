-- What a request is worth in the currency of its unit, for limits of a policy; and what each line was warned of when it was asked for.

alter table recall_request add column base_worth numeric(28, 5) check (base_worth >= 0);
comment on column recall_request.base_worth is
    'In the currency of the unit, each line by its size; null where nobody computed it: a request in another currency from before the column.';
update recall_request r set base_worth = abs(r.amount) from unit u where u.id = r.unit_id and u.currency = r.currency;
alter table recall_line add column warned text;
comment on column recall_line.warned is 'The code of what was worth a warning at the request, such as a draft invoice.';
