import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** How far the watcher came in the folder. */
export interface MailCursor {
  uidValidity: number;
  /** Highest UID below which everything is settled. */
  uid: number;
}

/** How the watcher fares, for the list of addresses. */
export interface LoginState {
  word: 'new' | 'connecting' | 'watching' | 'failing' | 'stopped';
  since: Date;
  /** A sentence for the admin, or null. */
  problem: string | null;
  /** Last time the server answered. */
  lastSeenAt: Date | null;
}

/** An account we fetch mail from. */
export interface MailLogin extends Stored {
  channel: string;
  protocol: 'imap' | 'pop3';
  host: string;
  port: number;
  tls: 'tls' | 'starttls' | 'none';
  user: string;
  /** Sealed by `store.secrets`. */
  secret: string;
  folder: string;
  /** New whenever host, user or folder changes: ledger ids carry it. */
  generation: number;
  cursor: MailCursor | null;
  state: LoginState;
  enabled: boolean;
  /** PEM of an authority to trust besides the system's. */
  ca: string | null;
}

/** How the collection is made. */
export const mailLogins: Definition<MailLogin> = {
  name: 'mailLogins',
  fields: {
    channel: String,
    protocol: String,
    host: String,
    port: Number,
    tls: String,
    user: String,
    secret: String,
    folder: String,
    generation: Number,
    cursor: Nested,
    state: Nested,
    enabled: Boolean,
    ca: String,
  },
};

/** Accounts we fetch mail from (a small collection). */
export function createMailLogins(ports: CollectionPorts) {
  const collection = openCollection(mailLogins, ports);
  return {
    get: collection.get,
    /** All of them. */
    list: (): Promise<MailLogin[]> => collection.list({}, { sort: { _id: 1 } }),
    /** Makes one; false when the id is taken. */
    create: (login: MailLogin): Promise<boolean> => collection.insert('create', login),

    /** Changes one; another host, user or folder starts a new generation without a cursor. Null when unknown. */
    async change(id: string, changes: Partial<Omit<MailLogin, '_id' | 'v' | 'generation' | 'cursor'>>) {
      const old = await collection.get(id);
      if (!old) return null;
      const moved = (['host', 'user', 'folder'] as const).some(
        (field) => changes[field] !== undefined && changes[field] !== old[field],
      );
      const next = moved ? { generation: old.generation + 1, cursor: null } : {};
      return collection.change('change', { _id: id, generation: old.generation }, { $set: { ...changes, ...next } });
    },

    /** Starts to count under a UIDVALIDITY, if the cursor is still what the watcher knew; false otherwise. */
    startCursor(start: {
      id: string;
      generation: number;
      known: MailCursor | null;
      cursor: MailCursor;
    }): Promise<boolean> {
      const { id: _id, generation, known, cursor } = start;
      const still = known ? { 'cursor.uidValidity': known.uidValidity, 'cursor.uid': known.uid } : { cursor: null };
      return collection.update('startCursor', { _id, generation, ...still }, { $set: { cursor } });
    },

    /** Moves on from exactly `from`, under the same generation and UIDVALIDITY; false when another moved it. */
    moveCursor(move: {
      id: string;
      generation: number;
      uidValidity: number;
      from: number;
      to: number;
    }): Promise<boolean> {
      const { id: _id, generation, uidValidity, from, to } = move;
      const still = { _id, generation, 'cursor.uidValidity': uidValidity, 'cursor.uid': from };
      return collection.update('moveCursor', still, { $set: { 'cursor.uid': to } });
    },

    /** Keeps how the watcher fares. */
    setState: (id: string, state: LoginState): Promise<boolean> =>
      collection.update('setState', { _id: id }, { $set: { state } }),

    /** Removes one; false when there was none. */
    remove: async (id: string): Promise<boolean> => (await collection.remove('remove', { _id: id })) > 0,
  };
}

/** Operations on mail logins. */
export type MailLogins = ReturnType<typeof createMailLogins>;
