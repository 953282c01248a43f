/**
 * Live hints as server-sent events: "enquiry X changed", "your offers changed". They carry ids only and may be lost;
 * the client reads again what it shows. Each hint is checked against the rights of whoever listens, and the stream ends
 * with the session.
 */
import type { Request, Response } from 'express';
import type { Store } from '../store';
import type { Hint } from '../store/hints';
import { ApiError } from './api-error';
import type { Caller } from './caller';
import type { Authenticate } from './http/mount';
import { maySeeEnquiry } from './visibility';

/** What a stream needs. */
export interface StreamPorts {
  store: Store;
  authenticate: Authenticate;
  /** Comment lines keep proxies from closing the stream; rights are looked up again at the same time. */
  heartbeatMs: number;
  listen(listener: (hint: Hint) => void): () => void;
}

const MOST_REMEMBERED = 2000;

/** Opens the stream of one listener; it lives until the client goes or the session ends. */
export const openStream = (ports: StreamPorts, request: Request, response: Response, first: Caller): void => {
  let caller = first;
  const known = new Set<string>();
  response.status(200);
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.setHeader('X-Accel-Buffering', 'no');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.flushHeaders();
  const send = (event: string, data: object): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send('ready', { heartbeatMs: ports.heartbeatMs });

  const pass = async (hint: Hint): Promise<void> => {
    // He may have been suspended: then the stream ends with his sessions.
    if (hint.about === 'presence' && hint.agent === caller.id) await lookAgain();
    const event = await eventOf(ports.store, caller, known, hint);
    if (event) send(event.event, event.data);
  };
  // While the store is away hints are lost; the client reads again when it is back.
  const stopListening = ports.listen((hint) => void pass(hint).catch(() => undefined));
  const lookAgain = async (): Promise<void> => {
    const now = await ports.authenticate(request);
    if (now) caller = now;
    else response.end();
  };
  const heartbeat = setInterval(() => {
    response.write(': still here\n\n');
    void lookAgain().catch((error: unknown) => {
      if (error instanceof ApiError) response.end();
    });
  }, ports.heartbeatMs);
  response.on('close', () => {
    clearInterval(heartbeat);
    stopListening();
  });
};

interface LiveEvent {
  event: string;
  data: object;
}

async function eventOf(store: Store, caller: Caller, known: Set<string>, hint: Hint): Promise<LiveEvent | null> {
  switch (hint.about) {
    case 'offers':
      return hint.agent === caller.id ? { event: 'offers', data: {} } : null;
    case 'notices':
      return hint.agent === caller.id ? { event: 'notices', data: {} } : null;
    case 'presence':
      return { event: 'presence', data: { agent: hint.agent } };
    case 'enquiry':
      return (await concerns(store, caller, known, hint)) ? { event: 'enquiry', data: { id: hint.id } } : null;
    case 'watchers': {
      const seen = await seesNow(store, caller, { about: 'enquiry', id: hint.enquiry });
      return seen ? { event: 'watchers', data: { id: hint.enquiry } } : null;
    }
    default:
      return null;
  }
}

/** Who saw it before is told too when it leaves what he may see: he then finds it gone. */
async function concerns(
  store: Store,
  caller: Caller,
  known: Set<string>,
  hint: Extract<Hint, { about: 'enquiry' }>,
): Promise<boolean> {
  const visible = await seesNow(store, caller, hint);
  if (!visible) return known.delete(hint.id);
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.add(hint.id);
  return true;
}

async function seesNow(store: Store, caller: Caller, hint: Extract<Hint, { about: 'enquiry' }>): Promise<boolean> {
  const { id, channel, group, assignee, ringing } = hint;
  if (channel !== undefined && group !== undefined && assignee !== undefined && ringing !== undefined) {
    return maySeeEnquiry(caller, { channel, group, assignee, ringing });
  }
  const enquiry = await store.enquiries.get(id);
  return enquiry !== null && maySeeEnquiry(caller, enquiry);
}
