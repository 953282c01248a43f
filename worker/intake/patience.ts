import { inTime } from '../../mail/in-time';
import { TemporalAway, type IntakePorts } from './intake-ports';

/** Makes calls to Temporal that end in time: a sender who waits for his answer must not wait for ever. */
export function tellPatiently({
  workflows,
  settings,
}: Pick<IntakePorts, 'workflows' | 'settings'>): IntakePorts['workflows'] {
  // What comes of a call after its time is over concerns nobody: it is made again.
  const patiently = (call: Promise<void>): Promise<void> =>
    inTime(settings.temporalPatienceMs, call, () => new Error('no answer')).catch((error: unknown) => {
      throw new TemporalAway(error);
    });
  return {
    startEnquiry: (enquiryId, opened) => patiently(workflows.startEnquiry(enquiryId, opened)),
    mailJoined: (enquiryId, message) => patiently(workflows.mailJoined(enquiryId, message)),
    deliveryFailed: (enquiryId, failed) => patiently(workflows.deliveryFailed(enquiryId, failed)),
  };
}
