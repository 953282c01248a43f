import type { Attachment } from './messages';
import { Nested, type Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

/** Who may use a response: everybody, the agents of a group, or the one who wrote it. */
export type ResponseScope = { for: 'all' } | { for: 'group'; group: string } | { for: 'own'; user: string };

/** One version of a response; places as in templates. */
export interface ResponseText {
  /** ISO 639 code; null: for any language that has no version of its own. */
  language: string | null;
  /** Empty: the answer keeps its own. */
  subject: string;
  /** Sanitised. */
  html: string;
}

/** A text that agents put into their answers. */
export interface StandardResponse extends Stored {
  title: string;
  /** What an agent types to find it; may be empty. */
  shortcut: string;
  scope: ResponseScope;
  /** By language, each once. */
  texts: ResponseText[];
  /** Files that go with it; absent: none. */
  attachments?: Attachment[];
  /** Counts its changes; the first is 1. */
  revision: number;
  changedBy: string;
  changedAt: Date;
}

/** What may be changed of it. */
export type ResponseContent = Pick<StandardResponse, 'title' | 'shortcut' | 'scope' | 'texts'>;

/** How the collection is made. */
export const standardResponses: KeptDefinition<StandardResponse> = {
  name: 'standardResponses',
  fields: {
    title: String,
    shortcut: String,
    scope: Nested,
    texts: [Nested],
    attachments: [Nested],
    revision: Number,
    changedBy: String,
    changedAt: Date,
  },
};

/** Standard responses; reads come from memory, at most a second behind other processes. */
export function createStandardResponses(ports: KeptPorts) {
  const { collection, changed, get, list, create, remove } = openKept(standardResponses, ports, { title: 1 });
  return {
    get,
    list,
    create,
    remove,
    /** Changes the revision that was looked at; null when it is another one by now, or gone. */
    async change(
      id: string,
      revision: number,
      changes: (ResponseContent | Required<Pick<StandardResponse, 'attachments'>>) &
        Pick<StandardResponse, 'changedBy' | 'changedAt'>,
    ): Promise<StandardResponse | null> {
      const next = { $set: { ...changes, revision: revision + 1 } };
      const found = await collection.change('change', { _id: id, revision }, next);
      if (found) await changed();
      return found;
    },
  };
}

/** Operations on standard responses. */
export type StandardResponses = ReturnType<typeof createStandardResponses>;
