import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import { EffectDiffers } from './errors';

/** An agent that was looked at, and why he was chosen or not ("offline", "full 3/3", "fewest: 2"). */
export interface Candidate {
  agent: string;
  chosen: boolean;
  reason: string;
}

/** What was chosen from facts that change, kept before it is done; `_id` is `<enquiry>:<seq>`. */
export interface Decision extends Stored {
  enquiry: string;
  kind: string;
  at: Date;
  /** The flow and its revision by which it was made; absent in documents of before this was kept. */
  flow?: { id: string; revision: number };
  /** Digest of the effect it decides. */
  digest: string;
  inputs: Record<string, unknown>;
  /** What was chosen: agent ids, a destination, an allowance; null for nobody. */
  chosen: string[] | null;
  candidates: Candidate[];
  /** Anything else a repeat needs to answer the same. */
  detail: Record<string, unknown>;
}

/** How the collection is made. */
export const decisions: Definition<Decision> = {
  name: 'decisions',
  fields: {
    enquiry: String,
    kind: String,
    at: Date,
    flow: Nested,
    digest: String,
    inputs: Nested,
    chosen: Nested,
    candidates: [Nested],
    detail: Nested,
  },
  indexes: [{ fields: { enquiry: 1 } }],
};

/** Decisions, each written once. */
export function createDecisions(ports: CollectionPorts) {
  const collection = openCollection(decisions, ports);
  return {
    get: collection.get,
    getMany: collection.getMany,
    /** Keeps the decision unless the effect has one; the one that stands. `EffectDiffers` when it decides another effect. */
    async once(decision: Decision): Promise<{ decision: Decision; made: boolean }> {
      if (await collection.insert('once', decision)) return { decision, made: true };
      const stands = (await collection.get(decision._id)) ?? decision;
      if (stands.digest !== decision.digest) throw new EffectDiffers(decision._id);
      return { decision: stands, made: false };
    },
  };
}

/** Operations on decisions. */
export type Decisions = ReturnType<typeof createDecisions>;
