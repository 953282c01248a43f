/** The histories on file, and what their events tell. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';

export type { History };

/** Where they are: one folder per release. */
export const historiesFolder = join(__dirname, 'histories');

/**
 * A history as the text of its file: one event a line, bytes that are text as text, so that a person can read and
 * compare it. (The SDK's own `historyToJSON` fails where npm nests its protobufjs beside another version.)
 */
export function writtenHistory({ events }: History): string {
  const lines = (events ?? []).map((event) => JSON.stringify(plain(event)));
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** The history in the text of a file. */
export function readHistory(text: string): History {
  const revive = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if ('utf8' in value && typeof value.utf8 === 'string') return Buffer.from(value.utf8);
    if ('base64' in value && typeof value.base64 === 'string') return Buffer.from(value.base64, 'base64');
    return value;
  };
  return { events: JSON.parse(text, revive) };
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value);
    const utf8 = bytes.toString();
    return Buffer.from(utf8).equals(bytes) ? { utf8 } : { base64: bytes.toString('base64') };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  // Numbers of 64 bits; none of Temporal's here is beyond what a double holds.
  if ('toNumber' in value && typeof value.toNumber === 'function') return Number(value.toNumber());
  const set = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(set.map(([key, each]) => [key, plain(each)]));
}

/** All of them, by release and name. */
export function recordedHistories(): { name: string; history: History }[] {
  return readdirSync(historiesFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, history: readHistory(readFileSync(join(historiesFolder, name), 'utf8')) }));
}

/** Name of the workflow a history belongs to. */
export const workflowTypeOf = ({ events }: History): string =>
  events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';

/** Names of the activities a history tells of, local ones too. */
export function activitiesIn({ events }: History): string[] {
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled, markerRecordedEventAttributes: marker }) => {
      if (scheduled) return [scheduled.activityType?.name ?? ''];
      const data = marker?.markerName === 'core_local_activity' ? marker.details?.['data']?.payloads?.[0] : undefined;
      return data ? [defaultPayloadConverter.fromPayload<{ activity_type: string }>(data).activity_type] : [];
    },
  );
}

/** Names of the updates that came to a run. */
export function updatesIn({ events }: History): string[] {
  return (events ?? []).flatMap(
    ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted?.acceptedRequest?.input?.name ?? [],
  );
}

/** What the runs rested on and how they ended, as the summaries of their commits say it. */
export function restsIn({ events }: History): string[] {
  return (events ?? []).flatMap(({ userMetadata }) =>
    userMetadata?.summary ? [defaultPayloadConverter.fromPayload<string>(userMetadata.summary)] : [],
  );
}
