import type { InsertType, SelectType } from 'kysely';
import type { Database } from '../schema.ts';
import type { Columns } from './columns.ts';

/** What a value of each type of PostgreSQL is here. */
interface Kinds {
  uuid: string;
  text: string;
  sync_status: string;
  bool: boolean;
  int4: number;
  int8: number;
  _int4: number[];
  _float4: number[];
  timestamptz: Date;
  bytea: Buffer;
  jsonb: object;
}

/** `files.size` and so on: every column of both sides. */
type NamesIn<Tables> = { [T in keyof Tables & string]: `${T}.${keyof Tables[T] & string}` }[keyof Tables & string];

/** The columns for which a test is not true. */
type Failing<Test extends Record<keyof Database, unknown>> = {
  [T in keyof Database]: {
    [C in keyof Database[T]]: Test[T] extends Record<C, true> ? never : `${T}.${C & string}`;
  }[keyof Database[T]];
}[keyof Database];

type ColumnOf<T, C> = T extends keyof Columns ? (C extends keyof Columns[T] ? Columns[T][C] : never) : never;
type KindOf<Column> = Column extends `${infer Type extends keyof Kinds & string} ${string}`
  ? Kinds[Type]
  : Column extends keyof Kinds
    ? Kinds[Column]
    : never;
type IsNullable<Column> = Column extends `${string} null${string}` ? true : false;
type MayBeLeftOut<Column> = Column extends `${string} ${string}` ? true : false;

type SameKind = {
  [T in keyof Database]: {
    [C in keyof Database[T]]: NonNullable<SelectType<Database[T][C]>> extends KindOf<ColumnOf<T, C>> ? true : false;
  };
};
type SameNulls = {
  [T in keyof Database]: {
    [C in keyof Database[T]]: null extends SelectType<Database[T][C]>
      ? IsNullable<ColumnOf<T, C>>
      : IsNullable<ColumnOf<T, C>> extends true
        ? false
        : true;
  };
};
type LeftOutOnlyWherePossible = {
  [T in keyof Database]: {
    [C in keyof Database[T]]: undefined extends InsertType<Database[T][C]> ? MayBeLeftOut<ColumnOf<T, C>> : true;
  };
};

/** Does not compile with anything in it, and the message of the compiler names that. */
type Nothing<Found extends never> = Found;

export type MissingInTypes = Nothing<Exclude<NamesIn<Columns>, NamesIn<Database>>>;
export type MissingInDatabase = Nothing<Exclude<NamesIn<Database>, NamesIn<Columns>>>;
export type OfAnotherKind = Nothing<`kind of ${Failing<SameKind>}`>;
export type NullOnOneSideOnly = Nothing<`null in ${Failing<SameNulls>}`>;
export type NeededInDatabase = Nothing<`no default of ${Failing<LeftOutOnlyWherePossible>}`>;
