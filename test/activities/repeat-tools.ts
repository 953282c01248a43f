import type { EffectName } from '../../activities/effects';
import type { Work } from '../support/work';

/** What the repeats of activities are made with. */
export interface RepeatTools {
  desk(): Work;
  /** Opens an enquiry; its id. */
  opened(): Promise<string>;
  /** Does the activity of an effect; the same number is the same effect. */
  perform(
    enquiryId: string,
    effect: { do: EffectName } & Record<string, unknown>,
    number: number,
  ): Promise<Record<string, unknown>>;
}
