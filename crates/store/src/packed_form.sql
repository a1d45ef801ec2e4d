SELECT octets FROM essaim_instantane WHERE rang = 1 AND partie = 'forme'
