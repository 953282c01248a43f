import { Schema, type Connection, type Model, type SchemaDefinition } from 'mongoose';

/** What every document has: a natural key and the schema version it was written with. */
export interface Stored {
  _id: string;
  v: number;
}

/** Nested values, kept as given. */
export const Nested = Schema.Types.Mixed;

/** Type of a top-level field; whatever is nested is kept as it is given. */
type FieldType = typeof String | typeof Number | typeof Boolean | typeof Date | typeof Nested | Listed;
type Listed = [typeof String] | [typeof Nested];

/** A collection as its file describes it; a field of the document that is not listed does not compile. */
export interface Definition<D extends Stored> {
  name: string;
  fields: Record<Exclude<keyof D & string, '_id' | 'v'>, FieldType>;
  /** For reports and look-ups on MongoDB; the embedded database uses only unique ones. */
  indexes?: { fields: Record<string, 1 | -1>; unique?: true }[];
}

/** A filter or an update in MongoDB's language; unknown top-level fields are refused by the schema. */
export type Query = Record<string, unknown>;

/** Fields to give (1) or to leave out (0). */
export type Projection = Record<string, 0 | 1>;

/** A document before its type is known to the compiler. */
export type Loose = Record<string, unknown> & { _id: string };

/** Makes mongoose's model of a collection: strict, without defaults, versions, buffering or indexes of its own. */
export function makeModel<D extends Stored>(connection: Connection, definition: Definition<D>): Model<Loose> {
  const fields: SchemaDefinition = { _id: String, v: Number, ...definition.fields };
  const schema = new Schema<Loose>(fields, {
    collection: definition.name,
    strict: 'throw',
    strictQuery: 'throw',
    versionKey: false,
    minimize: false,
    autoIndex: false,
    autoCreate: false,
    id: false,
  });
  return connection.model<Loose>(definition.name, schema);
}
