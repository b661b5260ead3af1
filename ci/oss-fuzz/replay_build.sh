#!/bin/bash -eu
# Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
#
# Builds again in a container where build.sh has been: only what changed, without the network.
exec "$(dirname "$0")/build.sh"
