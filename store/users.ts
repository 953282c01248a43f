import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** What a person may do; `agent` is also whoever may be rung. */
export type Role = 'admin' | 'supervisor' | 'agent';

/** What a program that serves as an agent may do: write drafts that a person sends, or answer by itself. */
export type ServiceMode = 'draft' | 'reply';

/** A person who signs in, or a program that serves as an agent. */
export interface User extends Stored {
  /** Lower case, unique. */
  email: string;
  name: string;
  role: Role;
  /** scrypt, or null before the first password. */
  passwordHash: string | null;
  /** Groups a supervisor looks after or an agent sees. */
  groups: string[];
  /** Addresses granted to him. */
  channels: string[];
  disabled: boolean;
  /** His own signature, sanitised HTML; absent or empty: none. */
  signature?: string;
  /** A program, which signs in with API tokens only; null or absent: a person. */
  service?: ServiceMode | null;
  /** As an agent: he cannot sign in either. Absent: he is not. */
  suspended?: boolean;
  /** Gone for good; only his name is still told. Absent: he is not. */
  removed?: boolean;
  /** Made by the demo: `start` refuses a public bind while such users exist. */
  demo: boolean;
  createdAt: Date;
}

/** How the collection is made. */
export const users: Definition<User> = {
  name: 'users',
  fields: {
    email: String,
    name: String,
    role: String,
    passwordHash: String,
    groups: [String],
    channels: [String],
    signature: String,
    service: String,
    disabled: Boolean,
    suspended: Boolean,
    removed: Boolean,
    demo: Boolean,
    createdAt: Date,
  },
  indexes: [{ fields: { email: 1 }, unique: true }],
};

/** Whether somebody may sign in at all. */
export const maySignIn = ({ disabled, suspended = false }: User): boolean => !disabled && !suspended;

/** People who sign in. */
export function createUsers(ports: CollectionPorts) {
  const collection = openCollection(users, ports);
  return {
    get: collection.get,
    getMany: collection.getMany,
    /** Everybody who was not removed, by id. */
    list: (): Promise<User[]> => collection.list({ removed: { $ne: true } }, { sort: { _id: 1 } }),
    /** Removes him but for his name; his address is free again. False when unknown. */
    remove: (id: string): Promise<boolean> => {
      const gone = { removed: true, disabled: true, passwordHash: null, groups: [], channels: [], signature: '' };
      return collection.update('remove', { _id: id }, { $set: { ...gone, email: `${id}@removed.invalid` } });
    },
    /** Whether there is, or was, an admin; false until the first start has made one. */
    hasAdmin: async (): Promise<boolean> => (await collection.count({ role: 'admin' })) > 0,
    /** Who signs in with this address, or null. */
    byEmail: async (email: string): Promise<User | null> =>
      (await collection.list({ email: email.trim().toLowerCase() }, { limit: 1 }))[0] ?? null,
    /** Makes a user; false when the id or the address is taken. */
    create: (user: User): Promise<boolean> =>
      collection.insert('create', { ...user, email: user.email.trim().toLowerCase() }),
    /** Changes a user; null when unknown. */
    change: (id: string, changes: Partial<Omit<User, '_id' | 'email' | 'v'>>): Promise<User | null> =>
      collection.change('change', { _id: id }, { $set: changes }),
    /** Demo users that could sign in. */
    demoUsers: (): Promise<User[]> => collection.list({ demo: true, disabled: false }),
  };
}

/** Operations on users. */
export type Users = ReturnType<typeof createUsers>;
