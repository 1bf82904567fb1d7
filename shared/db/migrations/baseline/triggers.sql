-- The lines are kept by triggers, since files come to wait in a dozen places, and each would have to remember.
create constraint trigger files_stand_in_line
after insert or update of status, generation, lease_holder, due_at, updated_at, deleted_at, duplicate_of on files
deferrable initially deferred for each row
when (
  new.lease_holder is null and new.status in ('STORED', 'EXTRACTED', 'CHUNKED')
  and new.deleted_at is null and new.duplicate_of is null
)
execute function stand_in_line();
create constraint trigger arrivals_stand_in_line
after insert or update of lease_holder, due_at, generation on arrivals
deferrable initially deferred for each row when (new.lease_holder is null)
execute function stand_in_line();
