-- The second wall between people: every table with an owner shows a person's rows only to work in that person's name. The
-- product sees and writes the rows of the person it works for, no rows without one.

grant usage on schema public to omnirag_app;

do $$
declare
  owned regclass;
  theirs text;
begin
  foreach owned in array '{
    users, sessions, refresh_tokens, familiar_networks, notices, erasures, exports, audit_events,
    files, uploads, loose_objects, pages, chunks, tombstones, sendings, bm25_segments, bm25_postings,
    drive_connections, drive_states, drive_items, turns, arrivals
  }'::regclass[]
  loop
    -- Stable, so it is worked out once a scan and can be looked up in an index; after a transaction the setting is ''.
    theirs := format(
      $theirs$%s = nullif(current_setting('app.user_id', true), '')::uuid$theirs$,
      case owned when 'users'::regclass then 'id' else 'user_id' end
    );
    execute format('alter table %s enable row level security', owned);
    execute format('alter table %s force row level security', owned);
    execute format('create policy person on %s to omnirag_app using (%s) with check (%s)', owned, theirs, theirs);
    execute format('create policy across_people on %s to omnirag_across using (true) with check (true)', owned);
    execute format('grant select, insert, update, delete on %s to omnirag_app, omnirag_across', owned);
  end loop;
end $$;

-- These hold nobody's rows.
grant select, insert, update, delete on rate_limits, embedding_indexes, upkeep to omnirag_app, omnirag_across;
