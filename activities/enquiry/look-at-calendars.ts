import { ApplicationFailure } from '@temporalio/common';
import { calendarAt, type CalendarAt } from '../../flows';
import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

/** Says which of these calendars are open now. They are read afresh: a holiday that is entered today closes today. */
export const lookAtCalendars =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['lookAtCalendars'] =>
  async ({ effect }) => {
    const found: Record<string, CalendarAt> = {};
    for (const id of effect.calendars) {
      const calendar = await store.calendars.get(id);
      if (!calendar) throw ApplicationFailure.nonRetryable(`There is no calendar "${id}".`, 'CalendarUnknown');
      found[id] = calendarAt(calendar, now().getTime());
    }
    return { calendars: found };
  };
