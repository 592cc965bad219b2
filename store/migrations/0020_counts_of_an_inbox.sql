-- How many requests of each status somebody decides on is counted from an index alone.

create index recall_request_status_of_subject on recall_request (subject, status, number);
