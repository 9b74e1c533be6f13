// SPDX-License-Identifier: Apache-2.0
// A command that makes processes of chosen kinds, as programs do, and then does nothing until it is ended.
//
//   process_tree FOLDER [KIND[:COUNT]]... [exit:STATUS]
//
// Each process makes an empty file FOLDER/KIND.PID, the command itself FOLDER/command.PID first of all; once all have,
// the command makes FOLDER/ready. With `exit:STATUS` it then ends itself and leaves the rest behind.
//
// plain     does nothing
// stubborn  ignores SIGTERM
// clean     on SIGTERM makes FOLDER/cleaned.PID after a while, and ends
// session   in a session of its own
// orphan    its parent has ended
// group     in a process group of its own
// stopped   has stopped itself
// threaded  its first thread has ended, another runs on
// zombie    has ended, and nobody asks
// hopper    passes itself on to a child and ends, as fast as it can, and ignores SIGTERM
// breeder   makes children that make children, up to 600 together, all of which ignore SIGTERM
// root      gives all its rights to root, where its file is set-user-id: nobody else may signal it

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>

namespace {

std::string folder;
std::atomic<int> *breeders = nullptr;

void makeFile(const std::string &name)
{
    const int file = ::open((folder + '/' + name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file >= 0)
        ::close(file);
}

void report(const std::string &kind)
{
    makeFile(kind + '.' + std::to_string(::getpid()));
}

[[noreturn]] void rest()
{
    for (;;)
        ::pause();
}

extern "C" void cleanUp(int)
{
    constexpr useconds_t kAWhileUs = 100'000;
    ::usleep(kAWhileUs);
    makeFile("cleaned." + std::to_string(::getpid()));
    ::_exit(0);
}

extern "C" void *restInThread(void *)
{
    report("threaded");
    rest();
}

[[noreturn]] void hop()
{
    std::signal(SIGTERM, SIG_IGN);
    for (;;) {
        const pid_t child = ::fork();
        if (child > 0)
            ::_exit(0);
    }
}

[[noreturn]] void breed()
{
    constexpr int kMost = 600;
    std::signal(SIGTERM, SIG_IGN);
    for (;;) {
        if (breeders->load() >= kMost || ::fork() < 0)
            rest();
        ++*breeders;
    }
}

[[noreturn]] void live(const std::string &kind)
{
    if (kind == "stubborn")
        std::signal(SIGTERM, SIG_IGN);
    if (kind == "clean")
        std::signal(SIGTERM, cleanUp);
    if (kind == "session" && ::setsid() < 0)
        ::_exit(1);
    if (kind == "group" && ::setpgid(0, 0) != 0)
        ::_exit(1);
    if (kind == "orphan" && ::fork() != 0)
        ::_exit(0);
    if (kind == "root" && ::setresuid(0, 0, 0) != 0)
        ::_exit(1);
    if (kind == "threaded") {
        pthread_t thread = {};
        pthread_create(&thread, nullptr, restInThread, nullptr);
        pthread_exit(nullptr);
    }
    report(kind);
    if (kind == "zombie")
        ::_exit(0);
    if (kind == "hopper")
        hop();
    if (kind == "breeder")
        breed();
    if (kind == "stopped")
        ::raise(SIGSTOP);
    rest();
}

int countOf(const std::string &argument, std::string *kind)
{
    const std::size_t colon = argument.find(':');
    *kind = argument.substr(0, colon);
    return colon == std::string::npos ? 1 : std::atoi(argument.c_str() + colon + 1);
}

/// Waits until so many processes have made their files.
void awaitFiles(std::ptrdiff_t count)
{
    const auto files = [] {
        const std::filesystem::directory_iterator begin(folder);
        return std::distance(begin, std::filesystem::directory_iterator());
    };
    while (files() < count)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc < 2)
        return 2;
    folder = argv[1];
    void *shared = ::mmap(nullptr, sizeof(*breeders), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 2;
    breeders = new (shared) std::atomic<int>(0);
    report("command");

    int exitStatus = -1;
    std::ptrdiff_t processes = 1;
    for (int i = 2; i < argc; ++i) {
        std::string kind;
        const int count = countOf(argv[i], &kind);
        if (kind == "exit") {
            exitStatus = count;
            continue;
        }
        for (int n = 0; n < count; ++n) {
            const pid_t child = ::fork();
            if (child == 0)
                live(kind);
            if (kind == "orphan")
                ::waitpid(child, nullptr, 0);
        }
        processes += count;
    }
    awaitFiles(processes);
    makeFile("ready");
    if (exitStatus >= 0)
        return exitStatus;
    rest();
}
