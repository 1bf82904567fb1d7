import type { ColumnType } from 'kysely';

export type Timestamp = ColumnType<Date, Date | string, Date | string>;
export type DefaultedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
export type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
export type NullableJson<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;
export type DefaultedJson<T extends object> = ColumnType<T, string | undefined, string>;
