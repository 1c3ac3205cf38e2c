// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.engine.kernel.InstalledKernels;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, and which kernels run on this JVM. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "quantflux " + (version == null ? "(development)" : version),
            "kernels " + InstalledKernels.get().name() + ", Java " + Runtime.version()
        };
    }
}
