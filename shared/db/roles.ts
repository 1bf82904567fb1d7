/**
 * The role the product works in: rows of people are there for it only inside {@link asUser}. Every connection takes it
 * on before its first statement, so that whoever owns the tables, or a superuser, sees no more than anybody.
 */
export const APP_ROLE = 'omnirag_app';

/** Owns the few functions that work across people; nothing connects as it but them, migrations' upkeep and tests. */
export const ACROSS_ROLE = 'omnirag_across';
