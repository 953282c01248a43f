import { domainToUnicode } from 'node:url';
import type { SettingValues } from '../flows/flow';
import type { ChannelGrants } from './channel-grants';
import { Nested, type Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

/** Where a channel's mail leaves by; `sink` writes `.eml` files below the data folder (demo). */
export type OutgoingServer =
  | { kind: 'sink' }
  | {
      kind: 'smtp';
      host: string;
      port: number;
      tls: 'tls' | 'starttls' | 'none';
      user: string | null;
      /** Sealed by `store.secrets`. */
      secret: string | null;
      /** PEM of an authority to trust besides the system's. */
      ca?: string | null;
    };

/** Why nothing of a channel can be sent at the moment; its mail waits and does not age. */
export interface SendingPause {
  since: Date;
  /** One sentence for the admin; may carry the server's words. */
  reason: string;
  /** Times it was tried since. */
  tries: number;
  /** When one mail tries again. */
  nextTryAt: Date;
}

/** A key the channel signs with. */
export interface DkimKey {
  domain: string;
  selector: string;
  /** Private key, sealed. */
  secret: string;
}

/** What a channel runs: its live alias. Enquiries stay on the revision they began with, whatever moves here. */
export interface LiveFlow {
  id: string;
  revision: number;
  /** This share of new enquiries, by a hash of their ids, runs another revision. */
  canary?: { revision: number; percent: number; since: Date } | null;
  /** Revision that is played beside, its effects stubbed. */
  shadow?: { revision: number; since: Date } | null;
  /** Revision that was live before; absent or null: none. */
  previous?: number | null;
}

/** One email address we serve; `_id` is a slug. Addresses are lower case. */
export interface Channel extends Stored {
  /** At most 40 characters. */
  name: string;
  address: string;
  aliases: string[];
  enabled: boolean;
  /** The published flow it runs, or null: its mail is held. */
  flow: LiveFlow | null;
  /** Values of the flow's settings. */
  settings: SettingValues;
  displayName: string;
  replySubject: string;
  footer: string;
  /** Whom its answers name as sender; absent: agent and team. */
  sender?: 'agent-and-team' | 'team';
  /** HTML with places, below an answer and above what it quotes; absent: none. A group may have its own. */
  signature?: string;
  /** Who may read, answer from and write first from it beside those it was granted to; absent or null: nobody. */
  grants?: ChannelGrants | null;
  server: OutgoingServer;
  receive: { smtp: boolean; login: string | null };
  blocklistOn: boolean;
  /** Mail that a spam filter on the way marked goes to the spam list; absent: it is treated like any other. */
  spamToList?: boolean;
  /** Senders whose automatic mail counts as a person's (contact forms). */
  peopleSenders: string[];
  startsPerMinute: number;
  /** Mails its server may be given in a minute; absent or null: any number. */
  sendsPerMinute?: number | null;
  /** The brake: automatic mail is held for a person's word. */
  holdAutomatic: boolean;
  dkim: DkimKey | null;
  autoReply: { on: boolean; template: string | null };
  /** Replies carry the centre's own address as Bcc. */
  bccCentre: boolean;
  /** Address that customers write to when mail is forwarded to `address`; goes into Reply-To. */
  publicAddress: string | null;
  /** Our server does the copy to Sent by itself, or none is wanted. */
  copyToSent: boolean;
  /** Mail begins with the line above which an answer is to be written; absent: not. */
  replyLine?: boolean;
  /**
   * Mail leaves from an envelope sender that names it when it bounces; absent: yes. Turned off by the channel's sender when
   * its server lets only the channel's own address pass.
   */
  bounceToken?: boolean;
  /** Whether mail ends with a mark that leads a quote of it back; absent: `when-needed`, where no Reply-To can. */
  bodyReference?: 'always' | 'when-needed' | 'never';
  /** What an answer quotes below the signature: nothing, the mail it answers, or the thread; absent: nothing. */
  quote?: 'none' | 'last' | 'full';
  timezone: string;
  /** Set while the outgoing server refuses the channel itself (sign-in, TLS, unknown host); written by its sender only. */
  sending?: SendingPause | null;
}

/** How the collection is made. */
export const channels: KeptDefinition<Channel> = {
  name: 'channels',
  fields: {
    name: String,
    address: String,
    aliases: [String],
    enabled: Boolean,
    flow: Nested,
    settings: Nested,
    displayName: String,
    replySubject: String,
    footer: String,
    sender: String,
    signature: String,
    grants: Nested,
    server: Nested,
    receive: Nested,
    blocklistOn: Boolean,
    spamToList: Boolean,
    peopleSenders: [String],
    startsPerMinute: Number,
    sendsPerMinute: Number,
    holdAutomatic: Boolean,
    dkim: Nested,
    autoReply: Nested,
    bccCentre: Boolean,
    publicAddress: String,
    copyToSent: Boolean,
    replyLine: Boolean,
    bounceToken: Boolean,
    bodyReference: String,
    quote: String,
    timezone: String,
    sending: Nested,
  },
};

/** Channels; reads come from memory, at most a second behind other processes. */
export function createChannels(ports: KeptPorts) {
  const { collection, changed, get, list, create, change, remove } = openKept(channels, ports);

  return {
    get,
    list,
    remove,

    /** The channel that serves this address, alias or public address; null when none does. */
    async byAddress(address: string): Promise<Channel | null> {
      const wanted = addressWritten(address);
      const isIt = (one: string | null): boolean => one !== null && addressWritten(one) === wanted;
      const all = await list();
      return (
        all.find((one) => isIt(one.address)) ??
        all.find((one) => [...one.aliases, one.publicAddress].some(isIt)) ??
        null
      );
    },

    /** Makes a channel; false when the slug is taken. */
    create: (channel: Channel): Promise<boolean> => create(lowerCased(channel)),

    /** Changes some settings; null when unknown. */
    change: (id: string, changes: Partial<Omit<Channel, '_id' | 'v'>>): Promise<Channel | null> =>
      change(id, lowerCased(changes)),

    /**
     * Pauses sending, or moves the next try of a pause; `seen` is what the caller knew. Of senders that find out at the
     * same time one writes; false for the others, and when the channel is gone.
     */
    async pauseSending(id: string, seen: SendingPause | null, pause: SendingPause): Promise<boolean> {
      const still = seen === null ? { sending: null } : { 'sending.tries': seen.tries, 'sending.since': seen.since };
      const paused = await collection.update('pauseSending', { _id: id, ...still }, { $set: { sending: pause } });
      if (paused) await changed();
      return paused;
    },

    /** Lets a paused channel try at once, because an admin says so or its settings changed; false when none is paused. */
    async trySending(id: string, now: Date): Promise<boolean> {
      const paused = { _id: id, 'sending.nextTryAt': { $gt: now } };
      const moved = await collection.update('trySending', paused, { $set: { 'sending.nextTryAt': now } });
      if (moved) await changed();
      return moved;
    },

    /** The server takes mail of the channel again. */
    async resumeSending(id: string): Promise<void> {
      if (await collection.update('resumeSending', { _id: id, sending: { $ne: null } }, { $set: { sending: null } })) {
        await changed();
      }
    },
  };
}

/** Operations on channels. */
export type Channels = ReturnType<typeof createChannels>;

function lowerCased<C extends Partial<Channel>>(channel: C): C {
  const lower = { ...channel };
  if (channel.address !== undefined) lower.address = addressWritten(channel.address);
  if (channel.aliases !== undefined) lower.aliases = channel.aliases.map(addressWritten);
  if (channel.publicAddress) lower.publicAddress = addressWritten(channel.publicAddress);
  if (channel.peopleSenders !== undefined) lower.peopleSenders = channel.peopleSenders.map((one) => one.toLowerCase());
  return lower;
}

/** One spelling of an address: lower case, its domain in Unicode. Other servers name it in ASCII (RFC 5891), people do not. */
function addressWritten(address: string): string {
  const plain = address.trim().toLowerCase();
  const domain = plain.slice(plain.lastIndexOf('@') + 1);
  if (!domain.includes('xn--')) return plain;
  return plain.slice(0, plain.length - domain.length) + (domainToUnicode(domain) || domain);
}
