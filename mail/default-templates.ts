import type { MailTemplate } from './template';

/**
 * The templates a new workspace starts with, by the slug that flows name them by. Their variables: `contact.name`,
 * `enquiry.number`, `message.subject`, `channel.name`, `agent.name`.
 */
export const defaultTemplates = {
  'support-received': {
    subject: 'Re: {{ message.subject | your message }} [#{{ enquiry.number }}]',
    preview: 'We have your message and will answer as soon as we can.',
    html: [
      '<p>Hello {{ contact.name | there }},</p>',
      '<p>thank you for writing to us. Your message has arrived, and one of us will read it and answer you as soon as possible.</p>',
      '<p>Your reference is <strong>{{ enquiry.number }}</strong>. If you want to add something, just reply to this email.</p>',
      '<p>Kind regards<br>{{ channel.name | Your support team }}</p>',
    ].join('\n'),
    text: null,
  },
  'enquiry-closed': {
    subject: 'Re: {{ message.subject | your message }} [#{{ enquiry.number }}]',
    preview: 'We think everything is settled. If not, just reply.',
    html: [
      '<p>Hello {{ contact.name | there }},</p>',
      '<p>we believe that your enquiry <strong>{{ enquiry.number }}</strong> is settled, so we have closed it.</p>',
      '<p>Is something still open? Then simply reply to this email, and it comes back to us.</p>',
      '<p>Thank you, and kind regards<br>{{ agent.name | Your support team }}</p>',
    ].join('\n'),
    text: null,
  },
  'enquiry-closed-idle': {
    subject: 'Re: {{ message.subject | your message }} [#{{ enquiry.number }}]',
    preview: 'We have not heard from you for a while. A reply brings it back.',
    html: [
      '<p>Hello {{ contact.name | there }},</p>',
      '<p>we have not heard from you for a while, so we have closed your enquiry <strong>{{ enquiry.number }}</strong> for now.</p>',
      '<p>If you still need us, simply reply to this email: nothing is lost, and we go on where we stopped.</p>',
      '<p>Kind regards<br>{{ channel.name | Your support team }}</p>',
    ].join('\n'),
    text: null,
  },
  'idle-warning': {
    subject: 'Re: {{ message.subject | your message }} [#{{ enquiry.number }}]',
    preview: 'We have not heard from you. Without a reply we will close your enquiry soon.',
    html: [
      '<p>Hello {{ contact.name | there }},</p>',
      '<p>we answered your enquiry <strong>{{ enquiry.number }}</strong> and have not heard from you since. If you do not reply, we will close it in a few days.</p>',
      '<p>Do you still need us? Then simply reply to this email.</p>',
      '<p>Kind regards<br>{{ channel.name | Your support team }}</p>',
    ].join('\n'),
    text: null,
  },
  'closed-thread-notice': {
    subject: 'Re: {{ message.subject | your message }}',
    preview: 'This conversation is closed. Please send us a new email.',
    html: [
      '<p>Hello {{ contact.name | there }},</p>',
      '<p>thank you for your reply. It belongs to an enquiry that was closed (<strong>{{ enquiry.number }}</strong>), so nobody is working on it any more.</p>',
      '<p>Please send us a new email, not a reply, if you need our help again. We will be glad to hear from you.</p>',
      '<p>Kind regards<br>{{ channel.name | Your support team }}</p>',
    ].join('\n'),
    text: null,
  },
} satisfies Record<string, MailTemplate>;
