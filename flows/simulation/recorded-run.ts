import type { Flow, SettingValues } from '../flow';
import type { Instant, MessageFacts, TraceEntry } from '../state';
import type { Calendar } from '../calendar';
import type { Value } from '../expression';
import type { KeptValues } from '../personal';
import { factsOfCourse } from './facts-of-course';
import { recordedAnswers } from './recorded-answers';
import type { RecordedMail } from '../backtest';
import type { Scenario } from './scenario';
import { simulate, type Simulation } from './simulate';

/** A run as the store tells it. */
export interface RecordedRun {
  /** The revision it ran on, with the flows it calls linked in. */
  flow: Flow;
  settings: SettingValues;
  enquiry: string;
  channel: string;
  /** When its first mail came. */
  at: Instant;
  message: MessageFacts;
  /** What conditions read of the store, as far as it is known. */
  facts: Record<string, Value>;
  /** As they are now. */
  calendars?: Record<string, Calendar>;
  story: readonly TraceEntry[];
  /** Values of personal variables, by the step that kept them. */
  personal?: KeptValues;
}

/** The run as a scenario, and whether it goes the same way when it is played. */
export interface Replayed {
  scenario: Scenario;
  simulation: Simulation;
  /** The way it really took. */
  path: string[];
  /** Node after which the play goes another way than the run did; null when it goes the same. */
  parted: string | null;
  untold: string[];
}

/** Plays a recorded run again with what happened in it. Pure; nothing is asked of anybody. */
export function replayRun(run: RecordedRun): Replayed {
  const { flow, settings, enquiry, channel, at, message, story, personal, calendars = {} } = run;
  const facts = factsOf(run);
  const { answers, path, untold } = recordedAnswers(flow, story, personal);
  const about = { enquiry, channel, message, facts, settings, calendars, answers };
  const scenario: Scenario = { at: new Date(at).toISOString(), ...about };
  const simulation = simulate(flow, scenario);
  return { scenario, simulation, path, parted: partedAt(path, simulation.path), untold };
}

/** What is known of the store, corrected by what the story gives away; variables and settings are none of it. */
export function factsOf({ flow, facts, story }: Pick<RecordedRun, 'flow' | 'facts' | 'story'>): Record<string, Value> {
  const learned = Object.entries(factsOfCourse(flow, story)).filter(([path]) => Object.hasOwn(facts, path));
  return { ...facts, ...Object.fromEntries(learned) };
}

/** The node after which two ways part; null when the second begins with the whole first. */
export function partedAt(path: readonly string[], played: readonly string[]): string | null {
  const index = path.findIndex((node, at) => node !== played[at]);
  if (index >= 0) return path[index - 1] ?? path[0] ?? '';
  return null;
}

/** What a recorded run gives a backtest: the mail as it came, and what happened then. */
export function asRecordedMail(
  run: RecordedRun,
  about: Pick<RecordedMail, 'name' | 'guessed' | 'unanswerable'>,
): RecordedMail {
  const { flow, enquiry, channel, at, message, story, personal } = run;
  const { answers } = recordedAnswers(flow, story, personal);
  const learned = factsOfCourse(flow, story);
  const guessed = Object.entries(about.guessed ?? {}).filter(([path]) => !Object.hasOwn(learned, path));
  const scenario: Scenario = {
    at: new Date(at).toISOString(),
    enquiry,
    channel,
    message,
    facts: factsOf(run),
    answers,
  };
  return { ...about, guessed: Object.fromEntries(guessed), scenario };
}
