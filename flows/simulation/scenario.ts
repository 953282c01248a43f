import type { Json, SettingValues } from '../flow';
import type { MessageFacts } from '../state';
import type { Calendar } from '../calendar';
import type { Value } from '../expression';
import type { GivenAgent } from './given-agents';
import { durationMs } from '../duration';

/** What a simulated enquiry meets. Nothing is made up: what decides the course and is not given here is a fault. */
export interface Scenario {
  /** When the mail comes, ISO 8601; a Monday morning when absent. */
  at?: string;
  /** Id of the enquiry, by which `percentage` picks; `"simulated"` when absent. */
  enquiry?: string;
  /** Id of the channel; `"simulated"` when absent. */
  channel?: string;
  /** Differences from a plain mail of a person. */
  message?: Partial<MessageFacts>;
  /** What conditions read of the store, by path: `"message.subject"`, `"contact.known"`, `"engagement.agent"`. */
  facts?: Record<string, Value>;
  settings?: SettingValues;
  /** Agents in the order of their group. Where they are given, the strategy of the ring chooses among them; else the answers say who is rung. */
  agents?: Record<string, GivenAgent>;
  /** Calendars by their names; `time.open` is read of them, where no such fact is given. */
  calendars?: Record<string, Calendar>;
  /** What happens at each node: one entry for each visit, a line or several in their order, or the JSON object that a webhook's other system answers. */
  answers?: Record<string, (string | string[] | { [name: string]: Json })[]>;
}

/** One line of an answer: `WORD[ by AGENT][ to GROUP][ after DURATION]`. */
export interface Line {
  text: string;
  word: string;
  by: string | null;
  to: string | null;
  afterMs: number | null;
  /** What the other system answers to a webhook. */
  body?: Json;
}

const LINE = /^([a-z-]+)(?: by ([\w.-]+))?(?: to ([\w./-]+))?(?: after (\S+))?$/;

/** Reads a line of an answer; null when it is not of that form. */
export function readLine(text: string): Line | null {
  const [, word, by = null, to = null, after] = LINE.exec(text) ?? [];
  const afterMs = after === undefined ? null : durationMs(after);
  if (word === undefined || (after !== undefined && afterMs === null)) return null;
  return { text, word, by, to, afterMs };
}

/** The answers of a scenario as they are used up, node by node and visit by visit. */
export interface Script {
  /** The line that comes next at this visit of the node; null when there is none left. */
  peek(node: string, visit: number): Line | null;
  /** The same, used up. */
  take(node: string, visit: number): Line | null;
  /** All lines of that visit, used or not. */
  all(node: string, visit: number): readonly Line[];
  /** Lines that nothing asked for at these nodes (at any when absent), and those that cannot be read. */
  left(at?: (node: string) => boolean): string[];
}

/** Which visit of a node this is, with those before a closed enquiry was opened again (the state counts them anew). */
export function visitOf(node: string, visits: Visits, earlier: Visits): number {
  const own = (counted: Visits): number | undefined => (Object.hasOwn(counted, node) ? counted[node] : undefined);
  return (own(earlier) ?? 0) + (own(visits) ?? 1);
}

/** How often a course came to each node. */
export type Visits = Readonly<Record<string, number>>;

/** Opens the answers of a scenario. */
export function openScript(answers: NonNullable<Scenario['answers']>): Script {
  const unreadable: string[] = [];
  const lines = new Map<string, Line[]>();
  const used = new Map<string, number>();
  for (const [node, visits] of Object.entries(answers)) {
    for (const [index, answer] of visits.entries()) {
      const read: Line[] = [];
      if (typeof answer === 'object' && !Array.isArray(answer)) {
        read.push({ text: JSON.stringify(answer), word: 'done', by: null, to: null, afterMs: null, body: answer });
        lines.set(`${node} ${index + 1}`, read);
        continue;
      }
      for (const text of typeof answer === 'string' ? [answer] : answer) {
        const line = readLine(text);
        if (line) read.push(line);
        else unreadable.push(`the answer "${text}" at "${node}" (visit ${index + 1}) cannot be read`);
      }
      lines.set(`${node} ${index + 1}`, read);
    }
  }
  const peek = (node: string, visit: number): Line | null => {
    const key = `${node} ${visit}`;
    return lines.get(key)?.[used.get(key) ?? 0] ?? null;
  };
  return {
    peek,
    take(node, visit) {
      const line = peek(node, visit);
      const key = `${node} ${visit}`;
      if (line) used.set(key, (used.get(key) ?? 0) + 1);
      return line;
    },
    all: (node, visit) => lines.get(`${node} ${visit}`) ?? [],
    left: (at = () => true) => [
      ...unreadable,
      ...[...lines].flatMap(([key, all]) => {
        const [node = '', visit] = key.split(' ');
        if (!at(node)) return [];
        return all
          .slice(used.get(key) ?? 0)
          .map((line) => `nothing asked for "${line.text}" at "${node}" (visit ${visit})`);
      }),
    ],
  };
}
