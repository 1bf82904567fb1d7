-- These functions work across people, which row-level security otherwise rules out: they answer ids and counts alone; the
-- rows are then read in their owners' names. So nobody but the product may call them.
do $$
declare
  made regprocedure;
begin
  for made in
    select oid::regprocedure from pg_proc
    where pronamespace = 'public'::regnamespace and proowner = 'omnirag_across'::regrole
  loop
    execute format('revoke execute on function %s from public', made);
    execute format('grant execute on function %s to omnirag_app', made);
  end loop;
end $$;
