import type { Account } from '../../store/accounts';
import { ApiError, notFound, type InputFinding } from '../api-error';
import { recordChange } from '../audit-trail';
import { nothing, ok, route, type Route } from '../http/route';
import { list, named, nullable, object, text, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { line, mustBeSlug } from '../shapes/basics';

const accountShape = named(
  'Account',
  object({
    id: text(),
    name: text(),
    owner: nullable(text({ description: 'Agent who owns it.' })),
    domains: list(text({ description: 'Contacts of this domain belong to it.' })),
    notes: text(),
  }),
);

const domain = text({ min: 3, max: 253, pattern: '^[a-z0-9-]+(\\.[a-z0-9-]+)+$', example: 'example.com' });

const view = ({ _id: id, name, owner, domains, notes }: Account): TypeOf<typeof accountShape> => ({
  id,
  name,
  owner,
  domains,
  notes,
});

/** Accounts: the companies contacts belong to. */
export const accountRoutes = (ports: ApiPorts): Route[] => {
  const { store } = ports;
  return [
    route({
      id: 'listAccounts',
      method: 'get',
      path: '/v1/accounts',
      tag: 'contacts',
      summary: 'List accounts',
      answers: { 200: named('AccountList', object({ items: list(accountShape) })) },
      handle: async () => ok({ items: (await store.accounts.list()).map(view) }),
    }),
    savingRoute(ports),
    route({
      id: 'deleteAccount',
      method: 'delete',
      path: '/v1/accounts/{id}',
      tag: 'contacts',
      summary: 'Delete an account; its contacts stay',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const before = await store.accounts.get(call.params.id);
        if (!before || !(await store.accounts.remove(before._id))) throw notFound('account', call.params.id);
        const change = { what: 'account.delete', about: before._id, before: view(before), after: null };
        await recordChange(ports, call, change);
        return nothing();
      },
    }),
  ];
};

function savingRoute(ports: ApiPorts): Route {
  const { store } = ports;
  return route({
    id: 'saveAccount',
    method: 'put',
    path: '/v1/accounts/{id}',
    tag: 'contacts',
    summary: 'Make an account, or change it whole',
    description: 'A contact nobody gave another account belongs to the one with the domain of his address.',
    body: object(
      { name: line(200) },
      {
        owner: nullable(text({ min: 1, max: 100, description: 'Id of an agent.' })),
        domains: list(domain, { max: 100 }),
        notes: text({ max: 10_000 }),
      },
    ),
    example: { name: 'Example Ltd', owner: null, domains: ['example.com'] },
    answers: { 200: accountShape },
    handle: async (call) => {
      const { id } = call.params;
      mustBeSlug(id);
      const { name, owner = null, domains = [], notes = '' } = call.body;
      const findings: InputFinding[] = [];
      if (owner !== null && !(await store.agents.get(owner)))
        findings.push({ where: 'owner', what: 'is no agent; GET /v1/agents lists them' });
      for (const each of new Set(domains)) {
        const other = await store.accounts.byDomain(each);
        if (other && other._id !== id)
          findings.push({ where: 'domains', what: `${each} is the account ${other._id}'s` });
      }
      if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
      const before = await store.accounts.get(id);
      const after = view(await store.accounts.save(id, { name, owner, domains: [...new Set(domains)], notes }));
      await recordChange(ports, call, { what: 'account.save', about: id, before: before && view(before), after });
      return ok(after);
    },
  });
}
