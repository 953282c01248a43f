import { inTime } from '../in-time';

/** What a test of a connection goes through, in this order; `folder` is for mail that comes in, `send` for mail that leaves. */
export type ConnectionStep = 'dns' | 'tcp' | 'tls' | 'login' | 'folder' | 'send';

/** What came of one step, with a sentence for the admin. */
export interface StepResult {
  step: ConnectionStep;
  outcome: 'passed' | 'failed' | 'skipped';
  sentence: string;
}

/** What came of a test; `failed` names the first step that did not work. */
export interface ConnectionReport {
  ok: boolean;
  failed: ConnectionStep | null;
  steps: StepResult[];
}

/** A step did not work; the message is the sentence for the admin. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: ConnectionStep;

  constructor(step: ConnectionStep, sentence: string) {
    super(sentence);
    this.step = step;
  }
}

/** Notes that a step works (`passed`) or that there is nothing to try (`skipped`). */
export type NoteStep = (step: ConnectionStep, outcome: 'passed' | 'skipped', sentence: string) => void;

/** The steps of a test, how long it may take in all (ms), and what no sentence may repeat. */
export interface ConnectionTestLimits {
  steps: readonly ConnectionStep[];
  limitMs: number;
  secrets: readonly string[];
}

/**
 * Runs a test and reports on every step. What throws `StepFailed` failed at that step, whatever else went wrong at the
 * first step nothing is known of; steps after it were not tried. Never throws.
 */
export async function reportOnConnection(
  { steps, limitMs, secrets }: ConnectionTestLimits,
  test: (note: NoteStep) => Promise<void>,
): Promise<ConnectionReport> {
  const known = new Map<ConnectionStep, StepResult>();
  const firstUnknown = (): ConnectionStep => steps.find((step) => !known.has(step)) ?? 'tcp';
  const clean = (sentence: string): string => withoutSecrets(sentence, secrets);
  let open = true;
  const note: NoteStep = (step, outcome, sentence) => {
    if (open) known.set(step, { step, outcome, sentence: clean(sentence) });
  };
  const late = (): Error =>
    new Error(`The server did not answer in time (${Math.round(limitMs / 1000)} seconds in all).`);
  const failed = await inTime(limitMs, test(note), late).then(
    () => null,
    (error: unknown) =>
      error instanceof StepFailed ? error : new StepFailed(firstUnknown(), error instanceof Error ? error.message : ''),
  );
  open = false;
  if (!failed) return { ok: true, failed: null, steps: steps.flatMap((step) => known.get(step) ?? []) };
  const at = steps.indexOf(failed.step);
  return {
    ok: false,
    failed: failed.step,
    steps: steps.map((step, index) => {
      if (index === at) return { step, outcome: 'failed', sentence: clean(failed.message) };
      if (index > at) return { step, outcome: 'skipped', sentence: 'Not tried, because a step before it failed.' };
      return known.get(step) ?? { step, outcome: 'passed', sentence: 'Works.' };
    }),
  };
}

/** Servers repeat what they were sent, some of it in base64. */
function withoutSecrets(sentence: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, Buffer.from(secret).toString('base64')])
    .reduce((text, secret) => text.replaceAll(secret, '…'), sentence);
}
