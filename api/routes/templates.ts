import type { Template } from '../../store/templates';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { nothing, ok, route, type Route } from '../http/route';
import { dictionary, flag, list, named, nullable, object, text, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { saySoon } from '../say-soon';
import { address, headerLine, line, mustBeSlug, slug } from '../shapes/basics';
import { usesOf } from '../uses';

const content = {
  title: line(80, 'As admins see it.'),
  subject: headerLine(500, 'May hold {{ }} places.'),
  preview: headerLine(500, 'Shown by mail programs beside the subject.'),
  html: text({ max: 200_000 }),
  text: text({ max: 200_000, description: 'Plain text; made from the HTML when empty.' }),
};
const templateShape = named(
  'Template',
  object({
    id: text(),
    title: text(),
    subject: text(),
    preview: text(),
    html: text(),
    text: text(),
    builtIn: flag('Ships with Ringpost; may be changed, not deleted.'),
  }),
);
const previewShape = named(
  'TemplatePreview',
  object({
    subject: text(),
    preview: text(),
    html: text(),
    text: nullable(text()),
    findings: list(object({ part: text(), variable: text(), sentence: text() })),
  }),
);

const view = ({ _id: id, title, subject, preview, html, text, builtIn }: Template): TypeOf<typeof templateShape> => ({
  id,
  title,
  subject,
  preview,
  html,
  text,
  builtIn,
});

async function one({ store }: ApiPorts, id: string): Promise<Template> {
  const template = await store.templates.get(id);
  if (!template) throw notFound('template', id);
  return template;
}

/** Templates: the mails that are filled in. */
export const templateRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...savingRoutes(ports),
  ...tryingRoutes(ports),
];

function readingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listTemplates',
      method: 'get',
      path: '/v1/templates',
      tag: 'settings',
      summary: 'List templates',
      answers: { 200: named('TemplateList', object({ items: list(templateShape) })) },
      handle: async () => ok({ items: (await store.templates.list()).map(view) }),
    }),
    route({
      id: 'readTemplate',
      method: 'get',
      path: '/v1/templates/{id}',
      tag: 'settings',
      summary: 'Read one template',
      answers: { 200: templateShape },
      handle: async ({ params }) => ok(view(await one(ports, params.id))),
    }),
  ];
}

function savingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'saveTemplate',
      method: 'put',
      path: '/v1/templates/{id}',
      tag: 'settings',
      summary: 'Make or change a template',
      description: 'The id is lower-case words joined by "-"; flows name the template by it.',
      body: object(content),
      example: {
        title: 'Received',
        subject: 'We have your mail',
        preview: '',
        html: '<p>Hello {{ contact.name }}</p>',
        text: '',
      },
      answers: { 200: templateShape },
      handle: async (call) => {
        const { id } = call.params;
        mustBeSlug(id);
        const before = await store.templates.get(id);
        const after = view(await store.templates.save(id, call.body));
        const what = before ? 'template.change' : 'template.create';
        await recordChange(ports, call, { what, about: id, before: before && view(before), after });
        return ok(after);
      },
    }),
    route({
      id: 'deleteTemplate',
      method: 'delete',
      path: '/v1/templates/{id}',
      tag: 'settings',
      summary: 'Delete a template that nothing uses',
      answers: { 204: 'nothing' },
      errors: ['still-used'],
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const usedBy = before.builtIn
          ? ['Ringpost itself: it ships with the product']
          : await usesOf(ports, 'template', before._id);
        if (usedBy.length > 0) throw new ApiError('still-used', undefined, { usedBy });
        await store.templates.remove(before._id);
        await recordChange(ports, call, {
          what: 'template.delete',
          about: before._id,
          before: view(before),
          after: null,
        });
        return nothing();
      },
    }),
  ];
}

function tryingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'previewTemplate',
      method: 'post',
      path: '/v1/templates/{id}/preview',
      tag: 'settings',
      summary: 'Fill a template with values, as it stands or as sent along',
      body: object({ values: dictionary(text({ max: 1000 }), 'Variable -> value, such as "contact.name".') }, content),
      example: { values: { 'contact.name': 'Bo', 'enquiry.number': '17' } },
      answers: { 200: previewShape },
      handle: async ({ params, body }) => {
        const { values, title: _title, ...changes } = body;
        const stored = await one(ports, params.id);
        const template = {
          subject: changes.subject ?? stored.subject,
          preview: changes.preview ?? stored.preview,
          html: changes.html ?? stored.html,
          text: (changes.text ?? stored.text) || null,
        };
        return ok(ports.mail.renderTemplate(template, values));
      },
    }),
    route({
      id: 'testTemplate',
      method: 'post',
      path: '/v1/templates/{id}/test',
      tag: 'settings',
      summary: 'Send a template as a test mail from a channel',
      body: object({ channel: slug('Leaves from this channel.'), to: address('Recipient.') }),
      example: { channel: 'support', to: 'me@example.com' },
      answers: {
        200: named(
          'TestMail',
          object({ outbox: text({ description: 'Look at GET /v1/outbox/{id} for what became of it.' }) }),
        ),
      },
      handle: async (call) => {
        const { channel, to } = call.body;
        if (!(await ports.store.channels.get(channel))) throw notFound('channel', channel);
        const template = await one(ports, call.params.id);
        const outbox = await ports.mail.queueTest({ channel, template: template._id, to, by: call.caller.id });
        saySoon(ports, ({ startDelivery }) => startDelivery(channel));
        return ok({ outbox });
      },
    }),
  ];
}
