import { TemporalAway, type IntakePorts } from './intake-ports';

/** Makes calls to Temporal that end in time: a sender who waits for his answer must not wait for ever. */
export function tellPatiently({
  workflows,
  settings,
}: Pick<IntakePorts, 'workflows' | 'settings'>): IntakePorts['workflows'] {
  const inTime = async (call: Promise<void>): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), settings.temporalPatienceMs);
    });
    try {
      await Promise.race([call, late]);
    } catch (error) {
      throw new TemporalAway(error);
    } finally {
      clearTimeout(timer);
      // What comes of it after its time is over concerns nobody: the call is made again.
      call.catch(() => undefined);
    }
  };
  return {
    startEnquiry: (enquiryId, opened) => inTime(workflows.startEnquiry(enquiryId, opened)),
    mailJoined: (enquiryId, message) => inTime(workflows.mailJoined(enquiryId, message)),
    deliveryFailed: (enquiryId, failed) => inTime(workflows.deliveryFailed(enquiryId, failed)),
  };
}
