import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** How far a long piece of work is; `interrupted`: the process that did it is gone. */
export type JobState = 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';

/** What a long piece of work may be; `bulk`: acts on many, carried out by the clock, so that they go on after a restart. */
export const jobKinds = ['migration', 'backtest', 'contact-import', 'erasure', 'hand-over', 'bulk'] as const;

/** A long piece of work somebody asked for. */
export interface Job extends Stored {
  kind: (typeof jobKinds)[number];
  /** Flow, channel, uploaded list or contact it is about, or the act that is done to many. */
  about: string;
  state: JobState;
  done: number;
  /** Null until it is known. */
  total: number | null;
  cancelWanted: boolean;
  /** What was asked. */
  asked: Record<string, unknown>;
  /** What came of it so far. */
  result: Record<string, unknown> | null;
  /** Why it failed, as a sentence. */
  problem: string | null;
  by: string;
  startedAt: Date;
  /** Renewed while somebody works at it. */
  beatAt: Date;
  endedAt: Date | null;
}

/** How the collection is made. */
export const jobs: Definition<Job> = {
  name: 'jobs',
  fields: {
    kind: String,
    about: String,
    state: String,
    done: Number,
    total: Number,
    cancelWanted: Boolean,
    asked: Nested,
    result: Nested,
    problem: String,
    by: String,
    startedAt: Date,
    beatAt: Date,
    endedAt: Date,
  },
};

/** Without a beat for this long a job counts as interrupted (ms). */
const SILENCE_MS = 20_000;

/** Long pieces of work, with how far they are; a small collection. */
export function createJobs(ports: CollectionPorts) {
  const collection = openCollection(jobs, ports);
  const isSilent = ({ beatAt }: Job, now: Date): boolean => now.getTime() - beatAt.getTime() > SILENCE_MS;
  const seen = (job: Job, now: Date): Job =>
    job.state === 'running' && job.kind !== 'bulk' && isSilent(job, now) ? { ...job, state: 'interrupted' } : job;
  const standing = (kind: Job['kind']): Promise<Job[]> =>
    collection.list({ kind, state: 'running' }, { sort: { startedAt: 1 } });
  return {
    /** Keeps a new job; false when there is one of that id. */
    start: (job: Job): Promise<boolean> => collection.insert('start', job),
    /** A job as it stands, or null. */
    async get(id: string, now: Date): Promise<Job | null> {
      const job = await collection.get(id);
      return job && seen(job, now);
    },
    /** Jobs of a kind, newest first. */
    async list(kind: Job['kind'], now: Date, limit = 50): Promise<Job[]> {
      const found = await collection.list({ kind }, { sort: { startedAt: -1 }, limit, fields: { result: 0 } });
      return found.map((job) => seen({ ...job, result: null }, now));
    },
    /** How many of these kinds are being worked at. */
    running: (kinds: readonly Job['kind'][], now: Date): Promise<number> =>
      collection.count({
        kind: { $in: [...kinds] },
        state: 'running',
        beatAt: { $gt: new Date(now.getTime() - SILENCE_MS) },
      }),
    /** Tells that somebody still works at it. */
    alive: (id: string, now: Date): Promise<boolean> =>
      collection.update('beat', { _id: id, state: 'running' }, { $set: { beatAt: now } }),
    /** Those of a kind that are not over, the first asked for first. */
    standing,
    /** Those of a kind that nobody works at any more, though they are not over. */
    silent: async (kind: Job['kind'], now: Date): Promise<Job[]> =>
      (await standing(kind)).filter((job) => isSilent(job, now)),
    /** Takes over one that was silent; false when another process was first. */
    takeOver: ({ _id, beatAt }: Job, now: Date): Promise<boolean> =>
      collection.update('takeOver', { _id, state: 'running', beatAt }, { $set: { beatAt: now } }),
    /** True when a job about this was asked for at that moment or later. */
    existsAbout: async (kind: Job['kind'], about: string, since: Date): Promise<boolean> =>
      (await collection.count({ kind, about, startedAt: { $gte: since } })) > 0,
    /** Tells how far it is; false when it is to be cancelled, or is over. */
    async beat(id: string, progress: Partial<Pick<Job, 'done' | 'total' | 'result'>>, now: Date): Promise<boolean> {
      const running = { _id: id, state: 'running', cancelWanted: false };
      return collection.update('beat', running, { $set: { ...progress, beatAt: now } });
    },
    /** Ends it, unless it has ended. */
    end: (id: string, ended: Partial<Pick<Job, 'done' | 'result' | 'problem'>> & { state: JobState }, now: Date) =>
      collection.update('end', { _id: id, state: 'running' }, { $set: { ...ended, endedAt: now, beatAt: now } }),
    /** Asks it to stop; false when it does not run. */
    cancel: (id: string): Promise<boolean> =>
      collection.update('cancel', { _id: id, state: 'running' }, { $set: { cancelWanted: true } }),
  };
}

/** Operations on jobs. */
export type Jobs = ReturnType<typeof createJobs>;
