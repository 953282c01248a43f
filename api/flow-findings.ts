import { checkFlow, type Finding } from '../flows';
import { calledFlows } from './called-flows';
import { knownLists } from './known-lists';
import type { ApiPorts } from './ports';

/** Checks a flow's text against what exists here. */
export async function findingsOf({ store }: Pick<ApiPorts, 'store'>, flow: string): Promise<Finding[]> {
  const [groups, agents, templates, lists, connections, flows, { called }] = await Promise.all([
    store.groups.list(),
    store.agents.list(),
    store.templates.list(),
    knownLists(store),
    store.connections.list(),
    store.flows.list(),
    calledFlows({ store }, flow),
  ]);
  const ids = (all: { _id: string }[]): string[] => all.map(({ _id }) => _id);
  return checkFlow(flow, {
    groups: ids(groups),
    emptyGroups: ids(groups.filter((group) => group.agents.length === 0)),
    agents: ids(agents),
    templates: ids(templates),
    lists: lists.map(({ list: name }) => name),
    connections: ids(connections),
    flows: ids(flows.filter(({ lastRevision }) => lastRevision > 0)),
    published: Object.fromEntries([...called].map(([id, each]) => [id, each.flow])),
  });
}
