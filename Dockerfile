# The processor and the command line, without the demo and ND4J's natives.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /source
COPY . .
# tests and formatting belong to mvn verify; here only the program is made
RUN mvn -B -ntp -pl streaming -am -Dmaven.test.skip=true -Dspotless.check.skip=true \
        package dependency:copy-dependencies -DincludeScope=runtime -Dmdep.overWriteSnapshots=true \
    && mkdir /app \
    && cp streaming/target/dependency/*.jar streaming/target/quantflux-streaming-*.jar /app/

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="QuantFlux" \
      org.opencontainers.image.description="Online quantization calibration for live training" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /app /app
# a number, so that an orchestrator can tell that it is not root
USER 65532:65532
WORKDIR /tmp
EXPOSE 8642
# memory outside the heap: malloc gives large pieces back
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
# the kernels' fast loops want the Vector API, which the JRE has and does not load by itself, and not to be put into their callers
# the heap follows the container's memory limit; -XX:+ExitOnOutOfMemoryError lets the orchestrator restart it
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+UseParallelGC", "-Djdk.nio.maxCachedBufferSize=33554432", "-XX:+ExitOnOutOfMemoryError", "--add-modules=jdk.incubator.vector", "-XX:CompileCommand=quiet", "-XX:CompileCommand=dontinline,io.quantflux.engine.vector.*::loop*", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", "/app/*", "io.quantflux.streaming.cli.QuantFlux"]
CMD ["run"]
