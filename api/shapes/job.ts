import { jobKinds, type Job } from '../../store/jobs';
import { anything, flag, instant, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { iso, isoOrNull } from './basics';

/** A long piece of work. */
export const jobShape = named(
  'Job',
  object({
    id: text(),
    kind: word(jobKinds),
    about: text({
      description: 'The flow, channel, uploaded list, contact or agent, or the act that is done to many.',
    }),
    state: word(
      ['running', 'done', 'cancelled', 'failed', 'interrupted'],
      'interrupted: the process that did it is gone; POST /v1/jobs/{id}/retry starts it anew; lists of contacts and erasures go on by themselves.',
    ),
    done: whole(),
    total: nullable(whole({ description: 'Null until it is known.' })),
    cancelling: flag('It was asked to stop.'),
    asked: anything('What was asked.'),
    result: anything('What came of it so far; null in lists.'),
    problem: nullable(text({ description: 'Why it failed.' })),
    by: text(),
    startedAt: instant('When it was asked for.'),
    endedAt: nullable(instant('When it ended.')),
  }),
);

/** A job as it is answered. */
export const jobView = (job: Job): TypeOf<typeof jobShape> => {
  const { _id: id, kind, about, state, done, total, cancelWanted, asked, result, problem, by } = job;
  const { startedAt, endedAt } = job;
  const times = { startedAt: iso(startedAt), endedAt: isoOrNull(endedAt) };
  return { id, kind, about, state, done, total, cancelling: cancelWanted, asked, result, problem, by, ...times };
};
