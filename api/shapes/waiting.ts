import { either, instant, named, nullable, object, text, whole } from '../http/schema';

/** An enquiry in line, or on a group's list, as it is answered. */
export const waitingShape = named(
  'Waiting',
  object({
    for: either(object({ group: text() }), object({ agent: text() })),
    position: nullable(
      whole({ description: 'Place in line, 1 is next; null on a list, and while it is being matched.' }),
    ),
    length: nullable(whole({ description: 'How many wait in that line.' })),
    since: instant('By this the line is ordered, after the priority.'),
    until: nullable(instant('When it goes on by the flow; null: it waits without end.')),
    why: text({ description: 'Why nobody has it: the reason of each agent when one was last looked for.' }),
  }),
);
