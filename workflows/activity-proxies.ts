/** Proxies of all activities, with the options of design: what retries how, and what is local. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type {
  ClockActivities,
  EffectActivities,
  LineActivities,
  MailActivities,
  RunActivities,
} from '../activities/effects';

const patient = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** Local activities of an enquiry's burst: short, store only, retried until the store is back. */
export const local = proxyLocalActivities<EffectActivities & RunActivities & LineActivities>({
  startToCloseTimeout: '5s',
  localRetryThreshold: '2s',
  retry: patient,
});

/** Time beside the call itself: for the store, and for a line that is closed late. */
const MARGIN_MS = 15_000;

/**
 * The activity that asks another system. Attempts are without limit here, as the store may be away; how often the flow asks
 * the other system is counted by the activity itself.
 */
export const patientFor = (timeoutMs: number) =>
  proxyActivities<Pick<EffectActivities, 'callWebhook'>>({
    startToCloseTimeout: timeoutMs + MARGIN_MS,
    retry: patient,
  });

const endless = {
  startToCloseTimeout: '24h',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 1, maximumInterval: '1s' },
} as const;

/** Long activities that talk to mail servers, on the task queue that has slots enough for all of them. */
export const mailActivities = (taskQueue: string): MailActivities =>
  proxyActivities<MailActivities>({ ...endless, taskQueue });

/** The clock's activity. */
export const clockActivities = proxyActivities<ClockActivities>(endless);
