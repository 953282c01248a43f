import type { NoteNode } from '../flow';
import { leaveNote } from './flow-note';
import { DONE, type Kind } from './kind';
import { say } from './schema-parts';

/** `note`: leaves a note that agents see and the contact never does. */
export const note: Kind<NoteNode> = {
  title: 'Leaves a note in the enquiry that only agents see.',
  properties: {
    text: say('text of at most 2000 characters; it may hold {{ contact.name }} and the like', {
      type: 'string',
      minLength: 1,
      maxLength: 2000,
    }),
  },
  required: ['text'],
  outcomes: DONE,
  enter(run, node) {
    leaveNote(run, node.text);
    return { turn: 'outcome', outcome: 'done', what: 'A note was left.' };
  },
};
