-- No amount is written with more decimals than ISO 4217 gives its currency (ADR 040). A reversal may: it negates what stands there.

create function amount_fits_its_currency() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
declare wrong bigint;
begin
    select added.id into wrong
      from added
      join project p on p.id = added.project_id
     cross join lateral (values (added.currency, added.amount), (added.currency, added.tax), (added.currency, added.extended_amount),
                                (added.currency, added.basis_amount), (p.cost_currency, added.base_amount)) as money(currency, amount)
     where added.reverses_id is null
       and money.amount <> round(money.amount, case
           when money.currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND',
                                   'VUV', 'XAF', 'XOF', 'XPF') then 0
           when money.currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
           else 2 end)
     limit 1;
    if found then
        raise exception 'actual % has an amount with more decimals than its currency', wrong
            using errcode = 'check_violation', constraint = 'amount_fits_its_currency';
    end if;
    return null;
end $$;
create trigger amount_fits_its_currency after insert on actual
    referencing new table as added for each statement execute function amount_fits_its_currency();
