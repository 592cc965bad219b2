-- Long requests: what the plan of a line was made from, so that a decision on thousands of lines plans again only those that changed.

alter table recall_line add column basis text, add column originals bigint[], add column days date[],
    add constraint recall_line_basis_with_plan check
        ((basis is null) or (originals is not null and cardinality(originals) = cardinality(days)));
comment on column recall_line.basis is
    'Fingerprint of all that the plan of the line was made from; null where nothing is remembered and the line is planned anew.';
comment on column recall_line.originals is 'The rows the remembered plan reverses, and in days the accounting day of each reversal.';
