-- Accounts: who may sign in, from where and for how long, what they are told, and the log of who did what.

create table users (
  id uuid primary key,
  email text not null,
  username text not null,
  password_hash text not null,
  role text not null default 'user' check (role in ('user', 'admin')),
  -- rises with every visible change of the person's files; cache keys carry it
  index_version bigint not null default 0,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create unique index users_email on users (lower(email));
create unique index users_username on users (lower(username));

-- One row a login; access and refresh tokens name it and are worth nothing without it.
create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  -- whatever is refreshed until then
  expires_at timestamptz not null default now() + interval '90 days',
  -- from where it was used last, and by what it was begun
  address text,
  agent text
);
create index sessions_user on sessions (user_id);

create table refresh_tokens (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  -- the session: all tokens that descend from one login; reuse of a spent one ends them together
  family_id uuid not null references sessions (id) on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_tokens_family on refresh_tokens (family_id);
create index refresh_tokens_user on refresh_tokens (user_id);
create index refresh_tokens_expiry on refresh_tokens (expires_at);

create table rate_limits (
  key text primary key,
  -- when all of the allowance will be there again; how much is taken now follows from it
  full_at timestamptz not null
);
create index rate_limits_full on rate_limits (full_at);

-- Where a person has signed in from before: there a stranger's failures do not count against them.
create table familiar_networks (
  user_id uuid not null references users (id) on delete cascade,
  network text not null,
  last_login_at timestamptz not null,
  primary key (user_id, network)
);

create table notices (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  kind text not null check (kind in ('email.changed', 'password.changed')),
  -- the one the account had: whoever took it over must not be the only one who is told
  address text not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now()
);
create index notices_person on notices (user_id, created_at);
create index notices_due on notices (next_attempt_at) where sent_at is null;

-- What is being erased. A row outlives the account, which the erasure removes first.
create table erasures (
  user_id uuid primary key,
  -- how often everything was cleared; several times, because what was under way may land late
  passes integer not null default 0,
  not_before timestamptz not null default now(),
  requested_at timestamptz not null default now()
);

-- The archives people asked for.
create table exports (
  user_id uuid primary key references users (id) on delete cascade,
  id uuid not null,
  status text not null check (status in ('PENDING', 'READY', 'FAILED')),
  -- the archive, encrypted, in the storage bucket
  object_key text,
  size bigint,
  -- files that the archive names and lacks, or has in part
  unreadable integer not null default 0,
  -- begun ones; they only rise: they are a fence and part of a key
  attempts integer not null default 0,
  -- those of them that do not count
  forgiven integer not null default 0,
  lease_expires_at timestamptz,
  -- whether the lease is that of somebody at work, and not a delay
  building boolean not null default false,
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null
);
