import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import {
  DiscoveryService,
  InitializeOnPreviewAllowlist,
  MetadataScanner,
  ModulesContainer,
  SerializedGraph,
} from '@nestjs/core';
import { insertPreviewEntrypoints } from './explorer/preview-entries.js';

/** In a preview Nest never runs this constructor: that is how a preview is told. */
@Injectable()
class PreviewMark {
  readonly isReal: true | undefined = true;
}

@Module({ providers: [PreviewMark], exports: [PreviewMark] })
class PreviewMarkModule {}

/** Draws entry points in preview mode. In an application that runs, the explorer does. */
@Injectable()
class MoleculerPreview implements OnModuleInit {
  constructor(
    @Inject(PreviewMark) private readonly mark: PreviewMark,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(SerializedGraph) private readonly graph: SerializedGraph,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.mark.isReal) return;
    // Those of Nest's modules are not made either.
    const discovery = new DiscoveryService(this.modules);
    await insertPreviewEntrypoints(this.graph, discovery, new MetadataScanner());
  }
}

/** The one module of ours that is alive in preview mode. It reads decorators, and nothing else. */
@Module({ imports: [PreviewMarkModule], providers: [MoleculerPreview] })
export class MoleculerPreviewModule {}

InitializeOnPreviewAllowlist.add(MoleculerPreviewModule);
