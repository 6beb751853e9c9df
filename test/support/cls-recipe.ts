import { Injectable, Module } from '@nestjs/common';
import { type Context, isMoleculerContext, MoleculerModule } from 'nestjs-moleculer';
import { ClsModule, ClsService } from 'nestjs-cls';

// What follows is in docs/scopes.md, word for word.
@Module({
  imports: [
    ClsModule.forRoot({
      global: true,
      interceptor: {
        mount: true,
        setup(cls, context) {
          if (!isMoleculerContext(context)) return;
          cls.set('user', context.switchToRpc().getContext<Context>().meta['user']);
        },
      },
    }),
    MoleculerModule.forRoot({ ambientContext: true }),
  ],
})
export class AppModule {}

@Injectable()
export class Audit {
  constructor(private readonly cls: ClsService) {}
  note(what: string): string {
    return `${this.cls.get('user')}: ${what}`;
  }
}
