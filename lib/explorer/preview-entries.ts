import type { DiscoveryService, MetadataScanner, SerializedGraph } from '@nestjs/core';
import { messageOf } from '../errors/thrown.js';
import { notPreviewed } from '../messages/explorer.messages.js';
import { compilePart, warn } from './compile-part.js';
import { type DeclaredClass, declaredClass, isService } from './declared-class.js';
import { type FoundPart, insertEntrypoints } from './graph-entries.js';
import { buildServices } from './service-builder.js';

/** Nothing is called in a preview. */
const HANDLERLESS = { create: () => Promise.resolve(() => undefined) };

/**
 * Tells Nest's devtools of actions and events in preview mode, where Nest makes no instance: from what the decorators wrote on the
 * classes. What cannot work is said, and the rest is drawn.
 */
export async function insertPreviewEntrypoints(
  graph: SerializedGraph,
  discovery: DiscoveryService,
  scanner: MetadataScanner,
): Promise<void> {
  const brokers = new Map<string | undefined, DeclaredClass[]>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const declared = declaredClass(wrapper, scanner);
    if (declared === undefined || !isService(declared)) continue;
    const broker = declared.service?.broker;
    brokers.set(broker, [...(brokers.get(broker) ?? []), declared]);
  }
  for (const classes of brokers.values()) {
    try {
      insertEntrypoints(graph, ...(await servicesOf(classes)));
    } catch (error) {
      warn(notPreviewed(messageOf(error)));
    }
  }
}

async function servicesOf(classes: readonly DeclaredClass[]) {
  const found: FoundPart[] = [];
  for (const declared of classes) {
    found.push({ wrapper: declared.wrapper, part: await compilePart(declared, HANDLERLESS) });
  }
  return [found, buildServices(found.map(({ part }) => part))] as const;
}
